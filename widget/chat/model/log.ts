/**
 * One conversation's log as far as it is known here: a contiguous stretch of entries, and whatever
 * arrived ahead of a gap. Order is `seq` and nothing else [LOG-2]. Knows no sockets and no time.
 */
import type { Entry } from '../../../protocol/entries.ts';

export class ConversationLog {
  readonly #entries = new Map<number, Entry>();
  /** `seq` of the first entry of the contiguous stretch. */
  #first = 1;
  #cursor = 0;
  /** Whether the log goes on below `first`. */
  moreBefore = false;

  get first(): number {
    return this.#first;
  }

  /** Everything from `first` up to here is known; 0 means that nothing is. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Whether something arrived whose `seq` is not the next: the log has to be read [LOG-5]. */
  get hasGap(): boolean {
    return this.#entries.size > Math.max(0, this.#cursor - this.#first + 1);
  }

  /** Takes entries in any order, any number of times. */
  accept(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.seq < this.#first) continue;
      const known = this.#entries.get(entry.seq);
      // An entry never changes but by redaction [LOG-1], so the redacted form stays.
      if (!known || redactions(entry) > redactions(known)) this.#entries.set(entry.seq, entry);
    }
    while (this.#entries.has(this.#cursor + 1)) this.#cursor++;
  }

  /** Takes the last page of a log of which nothing is known yet [LOG-3]. */
  acceptLastPage(entries: readonly Entry[], more: boolean): void {
    const first = entries[0];
    if (first && this.#cursor < first.seq) {
      this.#first = first.seq;
      this.#cursor = first.seq - 1;
      this.moreBefore = more;
    }
    this.accept(entries);
  }

  /** Takes the page that ends just below `first`. */
  acceptEarlier(entries: readonly Entry[], more: boolean): void {
    const first = entries[0];
    if (first && first.seq < this.#first && entries.at(-1)?.seq === this.#first - 1) {
      this.#first = first.seq;
      this.accept(entries);
    }
    this.moreBefore = more;
  }

  /** The contiguous stretch, ascending. What lies past a gap is not shown before the gap is closed. */
  visible(): Entry[] {
    const entries: Entry[] = [];
    for (let seq = this.#first; seq <= this.#cursor; seq++) {
      const entry = this.#entries.get(seq);
      if (entry) entries.push(entry);
    }
    return entries;
  }
}

const redactions = (entry: Entry): number => (entry.type === 'message' ? (entry.redacted ?? 0) : 0);
