/** Makes Stripe's form look as if it belonged to the panel: its theme and the site's colour. */
import type { Appearance } from '@stripe/stripe-js';

/** On a dark ground half of it is white, so that the ring around a field is seen (WCAG 2.2, 1.4.11). */
const lighter = (color: string) =>
  color.replace(/[0-9a-f]{2}/gi, (hex) =>
    Math.round((Number.parseInt(hex, 16) + 255) / 2).toString(16),
  );

export function appearanceFor(panel: HTMLElement): Appearance {
  const computed = getComputedStyle(panel);
  const { colorScheme } = computed;
  const isDark =
    colorScheme === 'dark' ||
    (colorScheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  const color = computed.getPropertyValue('--c').trim() || '#1f4fd8';
  return {
    theme: isDark ? 'night' : 'stripe',
    variables: {
      colorPrimary: isDark ? lighter(color) : color,
      colorBackground: isDark ? '#1e2128' : '#ffffff',
      colorText: isDark ? '#eceef3' : '#171a21',
      fontFamily: 'system-ui, sans-serif',
      fontSizeBase: '15px',
      borderRadius: '10px',
    },
  };
}
