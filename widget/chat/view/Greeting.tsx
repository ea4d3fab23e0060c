/** What stands at the very top of a conversation, and alone in an empty one. */
import { initialsOf } from '../model/colors.ts';

export interface GreetingProps {
  site: { name: string; greeting: string };
  /** Whether nothing was said yet. */
  isAlone: boolean;
}

export const Greeting = ({ site, isAlone }: GreetingProps) => (
  <div class={isAlone ? 'greeting alone' : 'greeting'}>
    <span class="badge" aria-hidden="true">
      {initialsOf(site.name)}
    </span>
    <h2>{site.name}</h2>
    <p dir="auto">{site.greeting}</p>
  </div>
);
