/** Puts the style sheet on the document, the site's colour into it, and light or dark over it. */
import type { LoaderVerb } from '../../protocol/port.ts';
import { textColorOn } from './model/colors.ts';
import { CSS } from './styles.ts';

export type Theme = Extract<LoaderVerb, { verb: 'theme' }>['theme'];

/** @returns how to change the theme afterwards. */
export function dress(color: string, theme: Theme): (theme: Theme) => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  document.adoptedStyleSheets = [sheet];
  const root = document.documentElement;
  root.style.setProperty('--site', color);
  root.style.setProperty('--on-site', textColorOn(color));

  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  let wanted = theme;
  const apply = () => {
    root.classList.toggle('dark', wanted === 'dark' || (wanted === 'auto' && prefersDark.matches));
  };
  prefersDark.addEventListener('change', apply);
  apply();
  return (next) => {
    wanted = next;
    apply();
  };
}
