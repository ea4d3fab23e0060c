import { hueOf, initials } from '../format/people.ts';
import { Icon } from './Icon.tsx';

export interface AvatarProps {
  id: string;
  /** Absent for a visitor without a name. */
  name?: string | undefined;
  size?: 'small' | 'medium' | 'large';
  online?: boolean;
}

/**
 * Decoration only: the name always stands beside it as text. The initials come by CSS, so that they
 * are neither read out nor found nor copied.
 */
export function Avatar({ id, name, size = 'medium', online }: AvatarProps) {
  return (
    <span
      class={`avatar avatar-${size} hue-${hueOf(id)}`}
      aria-hidden="true"
      data-initials={name ? initials(name) : undefined}
    >
      {!name && <Icon name="person" />}
      {online && <span class="avatar-online" />}
    </span>
  );
}
