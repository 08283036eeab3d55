import { insteadInWords } from '@lastgood/domain/notification/message';
import type { Notification } from '@lastgood/domain/notification/notification';

/** What a webhook receives. Fields are only ever added. */
export interface WebhookDocument {
  /** One of `peopleKinds`: `rollout_failed`, `held_version_back`, `rollback_suggested`, `rollback_waits`, `rolling_back`, `rolled_back`, `rollback_failed` or `rollback_notice`. */
  type: Notification['kind'];
  /** When it became true, ISO 8601 in UTC. Not when it was sent. */
  timestamp: string;
  data: {
    /** The same event has the same key however often it is delivered; equal to the header `webhook-id`. */
    key: string;
    /** `page` wants to wake somebody, `info` does not. */
    urgency: Notification['urgency'];
    /** `cluster/namespace/name` */
    service: string;
    deploymentId: string;
    /** Null for a suggestion: nothing runs yet. */
    runId: string | null;
    /** One line. */
    title: string;
    /** Why, and what to do next. */
    text: string;
    /** The place that did not take it, and since when; absent where it was meant to come here. */
    toldHere?: string;
  };
}

export function webhookDocument(notification: Notification): WebhookDocument {
  return {
    type: notification.kind,
    timestamp: new Date(notification.at).toISOString(),
    data: {
      key: notification.key,
      urgency: notification.urgency,
      service: notification.service,
      deploymentId: notification.deploymentId,
      runId: notification.runId,
      title: notification.title,
      text: notification.text,
      ...(notification.insteadOf && { toldHere: insteadInWords(notification.insteadOf) }),
    },
  };
}
