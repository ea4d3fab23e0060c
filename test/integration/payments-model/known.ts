/** What the people of a history know. */

export interface Slot {
  clientId: string;
  amountMinor: number;
  paymentId: string | null;
  revision: number;
  /** Client secrets by tab; an old one stays in a tab that was not loaded again. */
  secrets: (string | null)[];
  refunds: { clientId: string; amountMinor: number; refundId: string | null }[];
}

export interface Known {
  slots: Slot[];
  /** Every client secret that was ever given out. */
  given: Set<string>;
  /** Ids that the server has acknowledged. */
  acknowledged: { payments: Set<string>; refunds: Set<string> };
}
