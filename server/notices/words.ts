/**
 * The page's own words, one table per language, and how it writes times. The notice itself stands in
 * the owner's words. A language without a table has English around them.
 */
import type { DataCategory } from '../../protocol/ledger.ts';

export interface PageWords {
  /** Of this table. */
  lang: string;
  dir: 'ltr' | 'rtl';
  draft: string;
  closed: (when: string) => string;
  published: (when: string) => string;
  happened: string;
  when: string;
  information: string;
  weDo: string;
  youCanDo: string;
  updates: string;
  noUpdates: string;
  took: string;
  tookLong: (known: string, published: string, time: string) => string;
  tookNow: (known: string, time: string) => string;
  noCards: string;
  check: string;
  howToCheck: (site: string) => string;
  whyProof: string;
  needsScript: string;
  checking: string;
  affected: string;
  affectedWhat: string;
  affectedWhen: string;
  notAffected: string;
  noAnswer: string;
  again: string;
  refused: Readonly<
    Record<'proof_invalid' | 'proof_used' | 'proof_expired' | 'rate_limited' | 'other', string>
  >;
  categories: Readonly<Record<DataCategory, string>>;
  /** In the message to each affected conversation, above the address. */
  told: string;
  missing: string;
  missingWhy: string;
}

const en: PageWords = {
  lang: 'en',
  dir: 'ltr',
  draft: 'Draft. Nobody else sees this page yet.',
  closed: (when) => `Closed on ${when}. This page stays at its address.`,
  published: (when) => `Published on ${when}`,
  happened: 'What happened',
  when: 'When it happened',
  information: 'What information was involved',
  weDo: 'What we are doing',
  youCanDo: 'What you can do',
  updates: 'Updates',
  noUpdates: 'There are none yet. They will be added here, with their date; nothing above changes.',
  took: 'How long it took us to tell you',
  tookLong: (known, published, time) =>
    `We learned of this on ${known} and published this notice on ${published}: ${time} later.`,
  tookNow: (known, time) => `We learned of this on ${known}, ${time} ago.`,
  noCards:
    'Card numbers are not among it: they are typed into fields of the payment provider and never reach the chat.',
  check: 'Was I affected?',
  howToCheck: (site) =>
    `Open the chat on the pages of ${site}, in the browser that you used then, and press “Was I affected?” at its top. It brings you back to this page, with the answer.`,
  whyProof:
    'Only that browser can ask for you, so nobody else can learn your answer, and you learn nothing about anybody else.',
  needsScript: 'The answer needs JavaScript on this page. Everything else can be read without.',
  checking: 'Checking…',
  affected: 'Yes, this browser’s visitor was among the affected.',
  affectedWhat: 'What was within reach:',
  affectedWhen: 'When it was within reach:',
  notAffected: 'No. This browser’s visitor was not among the affected.',
  noAnswer: 'The answer could not be fetched. Check your connection and try again.',
  again: 'Try again',
  refused: {
    proof_invalid: 'This address was not made for this notice.',
    proof_used: 'This address was used already: each works once.',
    proof_expired: 'This address is older than ten minutes.',
    rate_limited: 'There were too many checks from your network. Please wait a minute.',
    other: 'The check did not work.',
  },
  categories: {
    name: 'Your name',
    email: 'Your e-mail address',
    messages: 'Your messages in the chat',
    page: 'The page on which you opened the chat',
    browser: 'The kind of browser that you used',
    payment_metadata: 'What was asked of you to pay: amount, description, state, last four digits',
  },
  told: 'This concerns your conversation with us. What happened, which information was involved and what you can do stands here:',
  missing: 'There is no notice at this address',
  missingWhy: 'Please check the address. Notices keep theirs once they are published.',
};

const de: PageWords = {
  lang: 'de',
  dir: 'ltr',
  draft: 'Entwurf. Noch sieht niemand sonst diese Seite.',
  closed: (when) => `Geschlossen am ${when}. Diese Seite behält ihre Adresse.`,
  published: (when) => `Veröffentlicht am ${when}`,
  happened: 'Was geschehen ist',
  when: 'Wann es geschehen ist',
  information: 'Welche Daten betroffen sind',
  weDo: 'Was wir tun',
  youCanDo: 'Was Sie tun können',
  updates: 'Nachträge',
  noUpdates: 'Noch keine. Sie kommen mit Datum hierher; darüber ändert sich nichts.',
  took: 'Wie lange wir gebraucht haben',
  tookLong: (known, published, time) =>
    `Wir haben am ${known} davon erfahren und diese Mitteilung am ${published} veröffentlicht: ${time} später.`,
  tookNow: (known, time) => `Wir haben am ${known} davon erfahren, vor ${time}.`,
  noCards:
    'Kartennummern gehören nicht dazu: Sie werden in Felder des Zahlungsanbieters getippt und erreichen den Chat nie.',
  check: 'Bin ich betroffen?',
  howToCheck: (site) =>
    `Öffnen Sie den Chat auf den Seiten von ${site}, in dem Browser, den Sie damals benutzt haben, und drücken Sie oben auf „Was I affected?“. Sie kommen mit der Antwort auf diese Seite zurück.`,
  whyProof:
    'Nur dieser Browser kann für Sie fragen. Niemand sonst erfährt Ihre Antwort, und Sie erfahren nichts über andere.',
  needsScript: 'Die Antwort braucht JavaScript auf dieser Seite. Alles andere ist ohne lesbar.',
  checking: 'Wird geprüft…',
  affected: 'Ja, wer diesen Browser benutzt hat, gehört zu den Betroffenen.',
  affectedWhat: 'Was erreichbar war:',
  affectedWhen: 'Wann es erreichbar war:',
  notAffected: 'Nein. Wer diesen Browser benutzt hat, gehört nicht zu den Betroffenen.',
  noAnswer: 'Die Antwort war nicht zu bekommen. Bitte prüfen Sie die Verbindung.',
  again: 'Noch einmal',
  refused: {
    proof_invalid: 'Diese Adresse wurde nicht für diese Mitteilung gemacht.',
    proof_used: 'Diese Adresse wurde schon benutzt: Jede gilt einmal.',
    proof_expired: 'Diese Adresse ist älter als zehn Minuten.',
    rate_limited: 'Aus Ihrem Netz kamen zu viele Anfragen. Bitte warten Sie eine Minute.',
    other: 'Die Prüfung hat nicht geklappt.',
  },
  categories: {
    name: 'Ihr Name',
    email: 'Ihre E-Mail-Adresse',
    messages: 'Ihre Nachrichten im Chat',
    page: 'Die Seite, auf der Sie den Chat geöffnet haben',
    browser: 'Die Art Ihres Browsers',
    payment_metadata:
      'Was Sie bezahlen sollten: Betrag, Beschreibung, Stand, die letzten vier Ziffern der Karte',
  },
  told: 'Das betrifft Ihr Gespräch mit uns. Was geschehen ist, welche Daten betroffen sind und was Sie tun können, steht hier:',
  missing: 'Unter dieser Adresse steht keine Mitteilung',
  missingWhy: 'Bitte prüfen Sie die Adresse. Eine veröffentlichte Mitteilung behält ihre.',
};

const ar: PageWords = {
  lang: 'ar',
  dir: 'rtl',
  draft: 'مسودة. لا يرى أحد آخر هذه الصفحة بعد.',
  closed: (when) => `أُغلق في ${when}. تبقى هذه الصفحة على عنوانها.`,
  published: (when) => `نُشر في ${when}`,
  happened: 'ماذا حدث',
  when: 'متى حدث ذلك',
  information: 'ما هي المعلومات المعنية',
  weDo: 'ماذا نفعل',
  youCanDo: 'ماذا يمكنك أن تفعل',
  updates: 'التحديثات',
  noUpdates: 'لا توجد تحديثات بعد. ستُضاف هنا مع تاريخها، ولا يتغير شيء مما سبق.',
  took: 'كم استغرقنا لإبلاغك',
  tookLong: (known, published, time) =>
    `علمنا بذلك في ${known} ونشرنا هذا الإشعار في ${published}، أي بعد ${time}.`,
  tookNow: (known, time) => `علمنا بذلك في ${known}، قبل ${time}.`,
  noCards: 'أرقام البطاقات ليست منها: فهي تُكتب في حقول مزوّد الدفع ولا تصل إلى المحادثة أبدًا.',
  check: 'هل أنا من المتأثرين؟',
  howToCheck: (site) =>
    `افتح المحادثة على صفحات ${site} في المتصفح الذي استخدمته آنذاك، واضغط على «Was I affected?» في أعلاها. ستعود إلى هذه الصفحة ومعك الجواب.`,
  whyProof: 'لا يستطيع السؤال عنك إلا ذلك المتصفح، فلا يعرف أحد جوابك ولا تعرف شيئًا عن غيرك.',
  needsScript: 'يحتاج الجواب إلى JavaScript في هذه الصفحة. ويمكن قراءة كل ما عداه بدونه.',
  checking: 'جارٍ التحقق…',
  affected: 'نعم، زائر هذا المتصفح من بين المتأثرين.',
  affectedWhat: 'ما كان في المتناول:',
  affectedWhen: 'متى كان في المتناول:',
  notAffected: 'لا. زائر هذا المتصفح ليس من بين المتأثرين.',
  noAnswer: 'تعذّر الحصول على الجواب. تحقق من اتصالك وحاول مرة أخرى.',
  again: 'حاول مرة أخرى',
  refused: {
    proof_invalid: 'لم يُنشأ هذا العنوان لهذا الإشعار.',
    proof_used: 'استُخدم هذا العنوان من قبل: كل عنوان يعمل مرة واحدة.',
    proof_expired: 'مضى على هذا العنوان أكثر من عشر دقائق.',
    rate_limited: 'جاءت محاولات كثيرة من شبكتك. انتظر دقيقة من فضلك.',
    other: 'لم ينجح التحقق.',
  },
  categories: {
    name: 'اسمك',
    email: 'عنوان بريدك الإلكتروني',
    messages: 'رسائلك في المحادثة',
    page: 'الصفحة التي فتحت فيها المحادثة',
    browser: 'نوع المتصفح الذي استخدمته',
    payment_metadata: 'ما طُلب منك دفعه: المبلغ والوصف والحالة وآخر أربعة أرقام',
  },
  told: 'هذا يخص محادثتك معنا. ماذا حدث، وما هي المعلومات المعنية، وماذا يمكنك أن تفعل، تجده هنا:',
  missing: 'لا يوجد إشعار على هذا العنوان',
  missingWhy: 'تحقق من العنوان من فضلك. تحتفظ الإشعارات بعناوينها بعد نشرها.',
};

const TABLES: Readonly<Record<string, PageWords>> = { en, de, ar };

/** @param locale BCP 47, of the owner's words */
export const pageWords = (locale: string): PageWords =>
  TABLES[new Intl.Locale(locale).language] ?? en;

/** The same for every reader, so its time zone is said. */
export const writeInstant = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(at);
