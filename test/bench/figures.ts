/** Medians and ratios of what was measured in turn. */

export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

export const median = (numbers: readonly number[]): number =>
  quantile(
    [...numbers].sort((a, b) => a - b),
    0.5,
  );

type Figures = { readonly [figure: string]: number };

export interface Compared {
  bare: Figures;
  bulkhead: Figures;
  /** Medians of the ratios, round by round, so that a machine that slows down slows both. */
  ratios: Figures;
  /** The lowest and the highest of the rounds' ratios. */
  spread: { readonly [figure: string]: readonly [number, number] };
  rounds: { bare: readonly Figures[]; bulkhead: readonly Figures[] };
}

/** @param bare round by round, as `bulkhead` */
export function compare<F extends object>(bare: readonly F[], bulkhead: readonly F[]): Compared {
  const rounds = { bare: bare as readonly Figures[], bulkhead: bulkhead as readonly Figures[] };
  const names = Object.keys(bare[0] ?? {});
  const each = <T>(of: (name: string) => T) =>
    Object.fromEntries(names.map((name) => [name, of(name)]));
  const ratiosOf = (name: string) =>
    rounds.bulkhead.map((one, index) => (one[name] ?? 0) / (rounds.bare[index]?.[name] ?? 1));
  return {
    bare: each((name) => median(rounds.bare.map((one) => one[name] ?? 0))),
    bulkhead: each((name) => median(rounds.bulkhead.map((one) => one[name] ?? 0))),
    ratios: each((name) => median(ratiosOf(name))),
    spread: each((name) => [Math.min(...ratiosOf(name)), Math.max(...ratiosOf(name))] as const),
    rounds,
  };
}
