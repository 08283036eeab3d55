import type { CDPSession, Page } from 'playwright-core';
import { openBrowser } from '../../e2e/browser.ts';

/** What a page has cost since it was opened or asked last. */
export interface ScreenCost {
  /** Bytes of answers as they came over the line, and of frames of the live line. */
  answers: number;
  frames: number;
  /** How often the view of the page was asked for. */
  fetches: number;
  /** Messages of the live line by their kind. */
  kinds: Record<string, number>;
  /** Seconds of processor that the main thread took. */
  mainThreadSeconds: number;
}

/** A real browser on the page Now, counted from outside by Chromium itself. */
export async function openScreen(url: string) {
  const browser = await openBrowser();
  const page: Page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const devtools: CDPSession = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  // The thread's own time: what other processes of the machine take is none of the page's.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  let [answers, frames, fetches] = [0, 0, 0];
  let kinds: Record<string, number> = {};
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    answers += encodedDataLength;
  });
  devtools.on('Network.webSocketFrameReceived', ({ response }) => {
    frames += Buffer.byteLength(response.payloadData);
    const { messages } = JSON.parse(response.payloadData) as { messages: { type: string }[] };
    for (const { type } of messages) kinds[type] = (kinds[type] ?? 0) + 1;
  });
  devtools.on('Network.requestWillBeSent', ({ request }) => {
    if (new URL(request.url).pathname === '/api/v1/now') fetches += 1;
  });
  await page.goto(url);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const taskSeconds = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };
  let began = await taskSeconds();
  return {
    page,
    /** Since the last time it was asked. */
    async cost(): Promise<ScreenCost> {
      const ended = await taskSeconds();
      const cost = { answers, frames, fetches, kinds, mainThreadSeconds: ended - began };
      [answers, frames, fetches, began] = [0, 0, 0, ended];
      kinds = {};
      return cost;
    },
    close: () => browser.close(),
  };
}
