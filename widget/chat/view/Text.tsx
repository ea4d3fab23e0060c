/**
 * A message's text. Plain, as text nodes, with its line breaks and its links; never markup. A rich
 * formatter for agents' messages, loaded later, would take this component's place and its props.
 */
import { linkify } from '../model/linkify.ts';
import { strings } from '../strings.ts';

export interface TextProps {
  text: string;
  onOpenLink(url: string): void;
}

export const Text = ({ text, onOpenLink }: TextProps) => (
  <>
    {linkify(text).map(({ text: words, url, host, isMisleading }) => {
      if (!url || !host) return words;
      const open = (event: MouseEvent) => {
        event.preventDefault();
        onOpenLink(url);
      };
      return (
        <>
          <a
            href={url}
            rel="noopener noreferrer"
            title={strings.link(host)}
            onClick={open}
            onAuxClick={open}
          >
            {words}
          </a>
          {isMisleading && <span class="host"> ({host})</span>}
        </>
      );
    })}
  </>
);
