/**
 * Finds who mints a payment [PAY-11]: this server's key, the same key for a connected account, or the
 * merchant's backend. Owns that choice and the clients; a payment stays with who made its intent.
 */
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { findMerchant } from '../sites/minting.ts';
import type { PaymentRow } from '../store/schema.ts';
import { createGateway, type StripeGateway } from './gateway.ts';
import { createMerchantGateway } from './merchant-gateway.ts';
import type { PaymentGateway } from './provider.ts';

export interface Gateways {
  /** @throws AppError `payments_disabled` where the key or the address has been taken away */
  of(payment: Pick<PaymentRow, 'site_id' | 'minted_by'>): Promise<PaymentGateway>;
  /** Reads Stripe's webhooks; `null` where this server holds no key. */
  readonly stripe: StripeGateway | null;
}

/**
 * Before anything is written that could only wait. @param payment `undefined` is for others to refuse
 * @throws AppError `payments_disabled`
 */
export async function requireMinter(
  gateways: Gateways,
  payment: Pick<PaymentRow, 'site_id' | 'minted_by'> | undefined,
): Promise<void> {
  if (payment) await gateways.of(payment);
}

export function createGateways({ config, store, clock }: Deps): Gateways {
  const stripe = config.stripe && createGateway(config.stripe);
  const connected = new Map<string, PaymentGateway>();

  function forAccount(account: string): PaymentGateway {
    if (!config.stripe) throw missing('this server has no Stripe key');
    const gateway = connected.get(account) ?? createGateway(config.stripe, account);
    connected.set(account, gateway);
    return gateway;
  }

  return {
    stripe,
    async of({ site_id, minted_by }) {
      if (minted_by === 'merchant') {
        const access = await findMerchant(store.db, site_id);
        if (!access) throw missing("the site has no merchant's backend");
        return createMerchantGateway(access, clock);
      }
      if (minted_by !== 'server') return forAccount(minted_by);
      if (!stripe) throw missing('this server has no Stripe key');
      return stripe;
    },
  };
}

/** The words stand in the payment's history. */
const missing = (what: string) => new AppError('payments_disabled', { cause: new Error(what) });
