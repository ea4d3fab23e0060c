/** The console's own icons: 24 by 24, one stroke width, drawn in the colour of the text. */
const PATHS = {
  alert: 'M12 8v5m0 3v.01M8 3h8l5 5v8l-5 5H8l-5-5V8z',
  back: 'M19 12H5m6-6-6 6 6 6',
  card: 'M3 7.5A1.5 1.5 0 0 1 4.5 6h15A1.5 1.5 0 0 1 21 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 16.5zM3 10h18M7 14.5h3',
  chat: 'M5 5h14a1.5 1.5 0 0 1 1.5 1.5v9A1.5 1.5 0 0 1 19 17h-7l-4.5 3.5V17H5a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 1.5 0 0 1 5 5Z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  checks: 'm2.5 12.5 4 4L15 8m-4 6.5 2 2L21.5 8',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-14v5l3.5 2',
  close: 'M6 6l12 12M18 6 6 18',
  down: 'M12 5v14m6-6-6 6-6-6',
  edit: 'm4 20 1-4.5L16.5 4 20 7.5 8.5 19z',
  filter: 'M4 6h16M7 12h10m-7 6h4',
  globe: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3 12h18M12 3c5 5.5 5 12.5 0 18-5-5.5-5-12.5 0-18Z',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-10v5m0-8.5v.01',
  inbox:
    'M3.5 13 6 5.8A1.2 1.2 0 0 1 7.2 5h9.6a1.2 1.2 0 0 1 1.2.8L20.5 13v4.5A1.5 1.5 0 0 1 19 19H5a1.5 1.5 0 0 1-1.5-1.5zm0 0H8l1.5 2.5h5L16 13h4.5',
  keyboard:
    'M3 8a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zm4 2v.01M11 10v.01M15 10v.01M8 14h8',
  lock: 'M6.5 11h11a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Zm2 0V8a3.5 3.5 0 0 1 7 0v3',
  mail: 'M4.5 6h15A1.5 1.5 0 0 1 21 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 16.5v-9A1.5 1.5 0 0 1 4.5 6ZM3.5 7.5 12 13l8.5-5.5',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  out: 'M13 4.5h6.5V11m0-6.5-9 9M9 5.5H6A1.5 1.5 0 0 0 4.5 7v11A1.5 1.5 0 0 0 6 19.5h11a1.5 1.5 0 0 0 1.5-1.5v-3',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8.5a7.5 7.5 0 0 1 15 0',
  plus: 'M12 5v14m-7-7h14',
  reopen: 'M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5',
  reply: 'M9.5 7 4.5 12l5 5m-5-5h9a6 6 0 0 1 6 6',
  screen:
    'M4.5 5h15A1.5 1.5 0 0 1 21 6.5v8a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 14.5v-8A1.5 1.5 0 0 1 4.5 5ZM9 20h6m-3-4v4',
  send: 'M20.5 3.5 10 14m10.5-10.5L14 20.5l-4-6.5-6.5-4z',
  shield: 'M12 3.5 5 6v5.5c0 4.3 2.9 7.6 7 9 4.1-1.4 7-4.7 7-9V6zm-3 8 2.2 2.2L15.5 9.5',
  signOut: 'M14 4.5h4A1.5 1.5 0 0 1 19.5 6v12a1.5 1.5 0 0 1-1.5 1.5h-4M10 8l-4 4 4 4m-4-4h9.5',
  sound: 'M5 9.5v5h3.5L13 18.5v-13L8.5 9.5zm11-1a5 5 0 0 1 0 7m2.3-9.5a8.5 8.5 0 0 1 0 12',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm0-13v1.5m0 15V21m9-9h-1.5m-15 0H3m15.4-6.4-1.1 1.1M6.7 17.3l-1.1 1.1m12.8 0-1.1-1.1M6.7 6.7 5.6 5.6',
  save: 'M12 4v11m-4.5-4.5L12 15l4.5-4.5M4.5 19.5h15',
  trash: 'M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 12.5h9l1-12.5m-7 4v5m3-5v5',
  undo: 'M4.5 9h10a5 5 0 0 1 0 10H9m-.5-14-4 4 4 4',
  warning: 'M12 4 2.8 19.5h18.4zm0 6v4.5m0 2.5v.01',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, class: extra }: { name: IconName; class?: string }) {
  return (
    <svg class={`icon ${extra ?? ''}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The product's mark: a hull with its bulkheads. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" />
      <path d="M8 9h16v9a8 8 0 0 1-16 0zM16 9v17M8 15.5h16" />
    </svg>
  );
}
