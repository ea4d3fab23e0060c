/**
 * A chat widget as they are usually embedded: one plain script on the merchant's page, from the
 * vendor's host, with no hash, drawing into the page with `innerHTML`, taking orders by `postMessage`
 * from anybody, with card fields of its own. The control of the breach drill, and the left half of the
 * shop's page about it. Everything that is wrong with it is common.
 */
(() => {
  const tag = document.currentScript;
  const base = tag.dataset.api || new URL('.', tag.src).href;
  const box = document.createElement('div');
  box.id = 'widget';
  box.innerHTML = `<style>
    #widget{position:fixed;inset:auto 20px 20px auto;z-index:99;font:15px/1.4 system-ui;color:#16202b}
    #widget button{background:#1f4fd8;color:#fff;border:0;border-radius:10px;padding:12px 16px;font:inherit}
    #widget .panel{position:fixed;right:20px;bottom:84px;width:360px;height:460px;overflow:auto;background:#fff;border:1px solid #8886;border-radius:14px;padding:0 14px 14px;box-shadow:0 4px 24px #0004}
    #widget .title{margin:0 -14px 12px;padding:12px 14px;background:#1f4fd8;color:#fff}
    #widget input{font:inherit;width:100%;padding:8px;margin:4px 0;box-sizing:border-box}
    </style><div class="panel" hidden><div class="title"></div><div class="log"></div>
    <input class="composer" aria-label="Message"><button class="send">Send</button></div>
    <button class="launcher">Chat</button>`;
  const part = (name) => box.querySelector(`.${name}`);

  const load = (src) => {
    const script = document.createElement('script');
    script.src = src;
    document.head.append(script);
  };
  const show = async () => {
    const answer = await fetch(`${base}state.json`);
    const { site, entries, error = '' } = await answer.json();
    part('title').innerHTML = `<b>${site.name}</b>`;
    part('title').setAttribute('style', `background:${site.color}`);
    part('log').innerHTML = [
      `<p>${site.greeting}</p><p>${error}</p>`,
      ...entries.map(({ author, avatar, text, payment }) =>
        payment
          ? `<div class="payment"><p>${payment.description}</p><p>${payment.status} ${payment.reason ?? ''}</p><ul>${(payment.lineItems ?? []).map((line) => `<li>${line.description}</li>`).join('')}</ul><p>${payment.reference ?? ''} ${payment.card?.brand ?? ''} ${payment.dispute?.reason ?? ''}</p><input name="pay-number" placeholder="Card number"><input name="pay-cvc" placeholder="CVC"><button class="pay" data-payment='${JSON.stringify(payment)}'>Pay ${payment.amount}</button></div>`
          : `<p>${avatar ? `<img src="${avatar}" width="24">` : ''}<b>${author}</b>: ${linked(text)}</p>`,
      ),
    ].join('');
  };
  /** Whatever has a scheme becomes a link, with the words that the sender chose. */
  const linked = (text) =>
    text.replace(
      /\[([^\]]*)\]\((\w+:\S*)\)/g,
      (_all, words, url) =>
        `<a href="${url}" ${/^http/.test(url) ? 'target="_blank" rel="opener"' : ''}>${words}</a>`,
    );
  const open = () => {
    part('panel').hidden = false;
    load(`${base}chat.js`);
    return show();
  };

  part('launcher').onclick = open;
  part('send').onclick = () =>
    fetch(`${base}send`, { method: 'POST', body: part('composer').value });
  box.addEventListener('click', ({ target }) => {
    if (!target.matches('.pay')) return;
    load(`${base}pay.js`);
    const payment = JSON.parse(target.dataset.payment);
    // As so many do: the amount, the secret and the account are what the server says now.
    fetch(`${base}pay.json`)
      .then((answer) => answer.json())
      .then(({ key, secret, amount }) => {
        window.widgetPaid = { shown: payment.amount, charged: amount, key, secret };
      });
  });
  addEventListener('message', ({ data }) => {
    // From whomever: a frame of the widget's, or anybody's.
    if (data.widget === 'open') window.open(data.url);
    if (data.widget === 'go') location.href = data.url;
    if (data.widget === 'toast') part('log').innerHTML += data.html;
    if (data.widget === 'set') Object.assign(window, data.values);
    if (data.widget === 'size') part('panel').style.cssText = data.style;
  });

  document.body.append(box);
  window.widget = { open, box };
  // "Always the newest": whatever the vendor's host names today.
  fetch(`${base}current.json`)
    .then((answer) => answer.json())
    .then(({ src }) => src && load(src));
})();
