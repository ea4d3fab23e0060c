import type { PaymentForm } from '../models/payment-form.ts';
import type { PaymentPanel } from '../models/payment-panel.ts';
import type { RefundForm } from '../models/refund-form.ts';
import type { Templates } from '../models/templates.ts';
import { CancelRequestDialog } from './CancelRequestDialog.tsx';
import { RefundDialog } from './RefundDialog.tsx';
import { RequestPaymentDialog } from './RequestPaymentDialog.tsx';
import { ReturnDialog } from './ReturnDialog.tsx';

export type PaymentDialogKind = 'refund' | 'edit' | 'cancel' | 'return';
export type PaymentDialog =
  | { kind: 'form'; form: PaymentForm; visitor: string }
  | { kind: 'refund'; form: RefundForm }
  | { kind: 'cancel' | 'return'; panel: PaymentPanel };

export interface PaymentDialogsProps {
  dialog: PaymentDialog | null;
  templates: Templates;
  onClose: () => void;
}

export function PaymentDialogs({ dialog, templates, onClose }: PaymentDialogsProps) {
  switch (dialog?.kind) {
    case 'form':
      return <RequestPaymentDialog {...dialog} templates={templates} onClose={onClose} />;
    case 'refund':
      return <RefundDialog form={dialog.form} onClose={onClose} />;
    case 'cancel':
      return <CancelRequestDialog panel={dialog.panel} onClose={onClose} />;
    case 'return':
      return <ReturnDialog panel={dialog.panel} onClose={onClose} />;
    default:
      return null;
  }
}
