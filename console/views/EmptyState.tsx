import type { ComponentChildren } from 'preact';

export type Picture = 'calm' | 'storm' | 'choose';

const Boat = () => (
  <>
    <path class="picture-fill" d="M42 62h36l-5 13H48z" />
    <path class="picture-line" d="M60 62V30m0 2c9 5 14 13 15 24H60M56 36c-6 5-9 12-10 20h10" />
  </>
);
const Waves = () => (
  <path
    class="picture-line"
    d="M18 80q7-6 14 0t14 0 14 0 14 0 14 0 14 0M30 90q7-6 14 0t14 0 14 0 14 0"
  />
);
const Bubbles = () => (
  <>
    <path
      class="picture-fill"
      d="M26 28h46a6 6 0 0 1 6 6v20a6 6 0 0 1-6 6H42L30 70V60h-4a6 6 0 0 1-6-6V34a6 6 0 0 1 6-6z"
    />
    <path
      class="picture-line"
      d="M86 48h8a6 6 0 0 1 6 6v18a6 6 0 0 1-6 6h-3v9l-10-9H60a6 6 0 0 1-6-6"
    />
    <path class="picture-line" d="M34 40h28M34 49h18" />
  </>
);
const Cloud = () => (
  <path
    class="picture-line"
    d="M40 28a9 9 0 0 1 1-18 13 13 0 0 1 25-1 10 10 0 0 1 13 9.5A9.5 9.5 0 0 1 70 28zm16 5-5 9h8l-5 9"
  />
);

export interface EmptyStateProps {
  picture: Picture;
  title: string;
  children: ComponentChildren;
}

export function EmptyState({ picture, title, children }: EmptyStateProps) {
  return (
    <div class="empty">
      <svg class="picture" viewBox="0 0 120 100" aria-hidden="true" focusable="false">
        <ellipse class="picture-ground" cx="60" cy="54" rx="52" ry="44" />
        {picture === 'choose' ? <Bubbles /> : picture === 'calm' ? <Boat /> : <Cloud />}
        {picture !== 'choose' && <Waves />}
      </svg>
      <h2>{title}</h2>
      {children}
    </div>
  );
}
