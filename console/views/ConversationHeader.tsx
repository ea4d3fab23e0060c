import type { ConversationSummary } from '../../protocol/conversations.ts';
import type { Desk } from '../desk.ts';
import { visitorName } from '../format/people.ts';
import { Avatar } from './Avatar.tsx';
import { Icon } from './Icon.tsx';

export interface ConversationHeaderProps {
  desk: Desk;
  summary: ConversationSummary;
  detailsOpen: boolean;
  onDetails: () => void;
}

function Assignee({ desk, summary }: { desk: Desk; summary: ConversationSummary }) {
  const { agent } = desk;
  const others = agent.colleagues.filter(({ id }) => id !== agent.id);
  return (
    <label class="assignee">
      <span class="visually-hidden">Assignee</span>
      <select
        class="select"
        value={summary.assignee?.id ?? ''}
        onChange={(event) => void desk.assign(event.currentTarget.value || null)}
      >
        <option value="">Unassigned</option>
        <option value={agent.id}>{agent.name} (you)</option>
        {others.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

export function ConversationHeader(props: ConversationHeaderProps) {
  const { desk, summary, detailsOpen, onDetails } = props;
  const { visitor, status, assignee } = summary;
  return (
    <header class="conversation-head">
      <a class="icon-button back" href="#/" aria-label="Back to the list">
        <Icon name="back" class="flips" />
      </a>
      <Avatar id={visitor.id} name={visitor.name} online={visitor.online} />
      <div class="conversation-who">
        <h2>
          <bdi>{visitorName(visitor)}</bdi>
        </h2>
        <p>
          <span class={`dot ${visitor.online ? 'dot-on' : ''}`} aria-hidden="true" />
          {visitor.online ? 'Online' : 'Offline'}
          <span class="conversation-site"> · {summary.site.name}</span>
          {status === 'resolved' && <span class="tag tag-quiet">Resolved</span>}
        </p>
      </div>
      <div class="conversation-actions">
        {assignee?.id !== desk.agent.id && (
          <button
            type="button"
            class="button assign-me"
            onClick={() => void desk.assign(desk.agent.id)}
          >
            Assign to me
          </button>
        )}
        <Assignee desk={desk} summary={summary} />
        {status === 'open' ? (
          <button type="button" class="button" onClick={() => void desk.resolve()}>
            <Icon name="check" />
            Resolve
          </button>
        ) : (
          <button type="button" class="button" onClick={() => void desk.reopen()}>
            <Icon name="reopen" />
            Reopen
          </button>
        )}
        <button
          type="button"
          class="icon-button"
          aria-label="Details"
          aria-pressed={detailsOpen}
          onClick={onDetails}
        >
          <Icon name="info" />
        </button>
      </div>
    </header>
  );
}
