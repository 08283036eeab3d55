import { webhookSettings } from './webhook/settings.ts';
import { createWebhook } from './webhook/webhook.ts';

export { type WebhookSettings, webhookSettings } from './webhook/settings.ts';
export { createWebhook, type Webhook } from './webhook/webhook.ts';

/** Every kind of notifier: the schema of its settings and how one is made. */
export const notifiers = {
  webhook: { settings: webhookSettings, create: createWebhook },
} as const;
