import { text } from 'node:stream/consumers';
import type { Notification } from '@lastgood/domain';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';

/** One attempt to deliver a page. */
export interface Page {
  webhookId: string;
  title: string;
  text: string;
  /** False: it was turned away and has to come again. */
  taken: boolean;
}

export interface PageReceiver {
  url: string;
  /** Every attempt to page about a run, in order. */
  pagesOf(runId: string): Page[];
  close(): Promise<void>;
}

/** Wakes the person on call. Turns every other page away when it comes first, as a busy receiver does. */
export async function startPageReceiver(): Promise<PageReceiver> {
  const seen = new Set<string>();
  const pages: (Page & { runId: string | null })[] = [];
  const server = await startLocalServer(async (request, response) => {
    const { data } = JSON.parse(await text(request)) as { data: Notification };
    const webhookId = String(request.headers['webhook-id']);
    const isPage = data.urgency === 'page';
    const taken = seen.has(webhookId) || seen.size % 2 === 0;
    if (isPage) {
      seen.add(webhookId);
      pages.push({ webhookId, title: data.title, text: data.text, runId: data.runId, taken });
    }
    response.writeHead(isPage && !taken ? 503 : 204).end();
  });
  return {
    url: server.url,
    pagesOf: (runId) => pages.filter((page) => page.runId === runId),
    close: server.close,
  };
}
