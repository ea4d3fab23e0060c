import type { Preferences } from '../models/preferences.ts';
import { Modal } from './Modal.tsx';

const KEYS: readonly (readonly [readonly string[], string])[] = [
  [['j', '↓'], 'Next conversation'],
  [['k', '↑'], 'Previous conversation'],
  [['r'], 'Write a reply'],
  [['n'], 'Write an internal note'],
  [['p'], 'Request payment'],
  [['e'], 'Resolve or reopen'],
  [['a'], 'Assign to me'],
  [['Esc'], 'Leave the text field'],
  [['?'], 'This help'],
];

export function HelpDialog({
  preferences,
  onClose,
}: {
  preferences: Preferences;
  onClose: () => void;
}) {
  const { shortcuts } = preferences;
  return (
    <Modal title="Keyboard" onClose={onClose}>
      <div class="modal-body">
        <dl class="keys">
          {KEYS.map(([keys, words]) => (
            <div key={words}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        <label class="menu-item">
          <span>Single-key shortcuts</span>
          <input
            type="checkbox"
            class="switch"
            checked={shortcuts.value}
            onChange={(event) => {
              shortcuts.value = event.currentTarget.checked;
            }}
          />
        </label>
      </div>
    </Modal>
  );
}
