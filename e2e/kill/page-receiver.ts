import { text } from 'node:stream/consumers';
import type { Notification } from '@lastgood/domain';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';

/** A page as a receiver took it. */
export interface Page {
  webhookId: string;
  title: string;
  text: string;
}

export interface PageReceiver {
  url: string;
  /** The pages of a run that it took, in order; one that it took twice is here twice. */
  pagesOf(runId: string): Page[];
  close(): Promise<void>;
}

/** Wakes the person on call. Every other page is turned away at first, as a busy receiver does, and has to come again. */
export async function startPageReceiver(): Promise<PageReceiver> {
  const turnedAway = new Map<string, boolean>();
  const taken: (Page & { runId: string | null })[] = [];
  const server = await startLocalServer(async (request, response) => {
    const { data } = JSON.parse(await text(request)) as { data: Notification };
    const webhookId = String(request.headers['webhook-id']);
    if (data.urgency === 'page') {
      if (!turnedAway.has(webhookId)) {
        turnedAway.set(webhookId, turnedAway.size % 2 === 0);
        if (turnedAway.get(webhookId)) return void response.writeHead(503).end();
      }
      taken.push({ webhookId, title: data.title, text: data.text, runId: data.runId });
    }
    response.writeHead(204).end();
  });
  return {
    url: server.url,
    pagesOf: (runId) => taken.filter((page) => page.runId === runId),
    close: server.close,
  };
}
