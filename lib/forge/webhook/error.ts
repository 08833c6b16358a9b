import { TruekeelError } from '../../objects/index.ts';

type WebhookErrorCode = 'WEBHOOK_REPLAYED' | 'WEBHOOK_SIGNATURE' | 'WEBHOOK_UNREADABLE';

/** A webhook that is not believed.
 * `WEBHOOK_SIGNATURE`: whoever sent it does not know the secret. `WEBHOOK_REPLAYED`: it came before, or is too old.
 * `WEBHOOK_UNREADABLE`: it says nothing that a forge says. */
export class WebhookError extends TruekeelError {
  declare readonly code: WebhookErrorCode;

  constructor(code: WebhookErrorCode, message: string, hint: string) {
    super(message, { code, family: 'validation', hint });
    this.name = 'WebhookError';
  }
}
