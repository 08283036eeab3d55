import { createHmac, timingSafeEqual } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';

/** A notification as it arrived. */
interface Received {
  id: string;
  /** Whether a receiver that follows Standard Webhooks would believe it. */
  genuine: boolean;
  type: string;
  data: {
    key: string;
    urgency: string;
    service: string;
    deploymentId: string;
    runId: string | null;
    title: string;
    text: string;
  };
}

export interface WebhookReceiver {
  url: string;
  /** Everything that arrived, in order. */
  received: Received[];
  of(service: string): Received[];
  close(): Promise<void>;
}

const freshForSeconds = 300;

/**
 * What a team runs to be told: verifies id, time and content of each delivery with the shared secret.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 */
export async function startWebhookReceiver(secret: string): Promise<WebhookReceiver> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const received: Received[] = [];
  const server = await startLocalServer(async (request, response) => {
    const body = await text(request);
    const id = String(request.headers['webhook-id']);
    const timestamp = Number(request.headers['webhook-timestamp']);
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
    const given = Buffer.from(String(request.headers['webhook-signature']).replace(/^v1,/, ''), 'base64');
    const fresh = Math.abs(Date.now() / 1000 - timestamp) < freshForSeconds;
    const signed = given.length === expected.length && timingSafeEqual(given, expected);
    const document = JSON.parse(body) as Pick<Received, 'type' | 'data'>;
    received.push({ ...document, id, genuine: fresh && signed });
    response.writeHead(204).end();
  });
  return {
    url: `${server.url}/lastgood`,
    received,
    of: (service) => received.filter((one) => one.data.service === service),
    close: server.close,
  };
}
