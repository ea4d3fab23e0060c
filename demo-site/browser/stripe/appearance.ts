/** Stripe's appearance API, as far as a card form needs it: a theme and its variables. */
import type { Appearance } from './messages.ts';

const THEMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  stripe: {
    colorPrimary: '#0570de',
    colorBackground: '#ffffff',
    colorText: '#30313d',
    colorTextSecondary: '#6d6e78',
    colorTextPlaceholder: '#757680',
    colorDanger: '#df1b41',
    colorBorder: '#e6e6e6',
    shadow: '0 1px 1px rgba(0, 0, 0, 0.03), 0 3px 6px rgba(0, 0, 0, 0.02)',
  },
  night: {
    colorPrimary: '#0085f2',
    colorBackground: '#30313d',
    colorText: '#ffffff',
    colorTextSecondary: '#c9cad3',
    colorTextPlaceholder: '#a3a5b3',
    colorDanger: '#fe87a1',
    colorBorder: '#424353',
    shadow: '0 2px 4px rgba(0, 0, 0, 0.5), 0 1px 6px rgba(0, 0, 0, 0.25)',
  },
  flat: {
    colorPrimary: '#30313d',
    colorBackground: '#f1f1f1',
    colorText: '#30313d',
    colorTextSecondary: '#5c5d66',
    colorTextPlaceholder: '#6d6e78',
    colorDanger: '#c11534',
    colorBorder: '#f1f1f1',
    shadow: 'none',
  },
};

const SHARED = {
  fontFamily: '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontSizeBase: '16px',
  borderRadius: '4px',
  spacingUnit: '4px',
};

/** Each variable becomes a custom property of the same name; the style sheet does the rest. */
export function applyAppearance({ theme = 'stripe', variables = {} }: Appearance): void {
  const values = { ...SHARED, ...(THEMES[theme] ?? THEMES.stripe), ...variables };
  for (const [name, value] of Object.entries(values)) {
    if (/^[a-zA-Z]+$/.test(name)) document.documentElement.style.setProperty(`--${name}`, value);
  }
}
