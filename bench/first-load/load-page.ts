import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession } from 'playwright-core';
import { openBrowser } from '../../e2e/browser.ts';

/** What a browser on a home line has: 9 Mbit/s down, 40 ms there and back. */
const line = { offline: false, latency: 40, downloadThroughput: 9e6 / 8, uploadThroughput: 3e6 / 8 };

/** By what a browser takes: nothing packed, gzip as over plain HTTP from another machine, Brotli as over TLS. */
export type Encoding = 'none' | 'gzip' | 'br';

export interface FirstLoad {
  /** Milliseconds from the start of the navigation until its main heading was drawn. */
  shownMs: number;
  /** The same until the last chart was; NaN for a page without. */
  chartsMs: number;
  /** Bytes over the line until the heading was drawn, by kind. */
  script: number;
  styles: number;
  /** Bytes of script that came after it, until the charts were drawn. */
  laterScript: number;
  all: number;
}

/** One visit by somebody who was never here: a browser of its own. */
export async function loadPage(url: string, encoding: Encoding, withCharts: boolean): Promise<FirstLoad> {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Network.emulateNetworkConditions', line);
    await cdp.send('Network.setExtraHTTPHeaders', {
      headers: { 'accept-encoding': encoding === 'none' ? 'identity' : encoding },
    });
    const fetched = watchTransfers(cdp);
    await page.addInitScript({ content: noteWhatIsDrawn });
    await page.goto(url, { waitUntil: 'commit' });
    const drawn = () => page.evaluate<{ heading: number; charts: number }>('drawn');
    for (let tries = 0; tries < 600; tries += 1) {
      const { heading, charts } = await drawn();
      if (heading > 0 && (!withCharts || charts > 0)) break;
      await sleep(50);
    }
    const { heading, charts } = await drawn();
    if (heading === 0) throw new Error(`${url} did not show its heading within 30 s`);
    const origin = await page.evaluate<number>('performance.timeOrigin');
    const bytes = (kinds: string[], from: number, to: number) =>
      fetched
        .filter(({ kind, at }) => kinds.includes(kind) && at - origin > from && at - origin <= to)
        .reduce((sum, one) => sum + one.bytes, 0);
    return {
      shownMs: heading,
      chartsMs: charts > 0 ? charts : Number.NaN,
      script: bytes(['Script'], 0, heading),
      styles: bytes(['Stylesheet'], 0, heading),
      laterScript: withCharts ? bytes(['Script'], heading, charts) : 0,
      all: fetched.reduce((sum, one) => sum + one.bytes, 0),
    };
  } finally {
    await browser.close();
  }
}

/** When each file had come whole, in epoch milliseconds, and what it took on the line. */
function watchTransfers(cdp: CDPSession) {
  const kinds = new Map<string, string>();
  const fetched: { kind: string; at: number; bytes: number }[] = [];
  cdp.on('Network.responseReceived', ({ requestId, type }) => void kinds.set(requestId, type));
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    fetched.push({ kind: kinds.get(requestId) ?? 'Other', at: Date.now(), bytes: encodedDataLength });
  });
  return fetched;
}

/** Runs in the page before all else. */
const noteWhatIsDrawn = `
  window.drawn = { heading: 0, charts: 0 };
  const look = () => {
    if (!drawn.heading && document.querySelector('main h1')) drawn.heading = performance.now();
    if (!drawn.charts && document.querySelector('main .recharts-surface')) drawn.charts = performance.now();
    if (!drawn.heading || !drawn.charts) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;
