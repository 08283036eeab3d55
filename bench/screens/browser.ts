import { openBrowser } from '@lastgood/e2e/browser';

/** All in milliseconds. */
export interface Screens extends Record<string, number> {
  /** From the address to all services in the list. */
  open: number;
  slowestKey: number;
  /** From the last key of a word to the count of what it finds. */
  found: number;
  longestScrollTask: number;
  graph: number;
  /** From the last key in the palette to the service. */
  palette: number;
}

/** What the browser itself measures: keys until the next paint, and tasks that let nothing else happen. */
const observe = `
  window.measured = { event: 0, longtask: 0 };
  for (const type of ['event', 'longtask'])
    new PerformanceObserver((list) => {
      for (const { duration, name } of list.getEntries())
        if (type === 'longtask' || name.startsWith('key') || name === 'input')
          window.measured[type] = Math.max(window.measured[type], duration);
    }).observe({ type, buffered: true, ...(type === 'event' ? { durationThreshold: 16 } : {}) });`;

/** Opens the Services page and does what a person does there. */
export async function useScreens(url: string, services: number): Promise<Screens> {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.addInitScript(observe);
    const timed = async (act: () => Promise<void>): Promise<number> => {
      const began = performance.now();
      await act();
      return performance.now() - began;
    };
    const since = async (kind: string): Promise<number> => {
      const value = await page.evaluate<number>(`window.measured.${kind}`);
      await page.evaluate(`window.measured.${kind} = 0`);
      return value;
    };
    const says = (text: string) => page.getByText(text, { exact: true }).waitFor({ timeout: 60_000 });
    const open = await timed(async () => {
      await page.goto(`${url}/services`);
      await says(`${services} services`);
    });
    const search = page.getByLabel('Search services', { exact: true });
    await search.click();
    await since('event');
    await page.keyboard.type('svc-19', { delay: 120 });
    const found = await timed(() => page.getByText(/^\d+ of \d+ services$/).waitFor({ timeout: 60_000 }));
    for (let n = 0; n < 6; n += 1) await page.keyboard.press('Backspace', { delay: 60 });
    await says(`${services} services`);
    const slowestKey = await since('event');
    await page.mouse.move(640, 600);
    await since('longtask');
    for (let n = 0; n < 30; n += 1) {
      await page.mouse.wheel(0, 2_400);
      await page.waitForTimeout(60);
    }
    const longestScrollTask = await since('longtask');
    await page.evaluate('window.scrollTo(0, 0)');
    const graph = await timed(async () => {
      // Without Playwright's wait for two equal frames, which is no part of what a person waits for.
      await page.getByText('Dependencies', { exact: true }).dispatchEvent('click');
      await page.getByText(/^Lines lead left/).waitFor({ timeout: 60_000 });
    });
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder(/^Service, version/).fill(`svc-${services - 1}`);
    const palette = await timed(() =>
      page
        .getByRole('button', { name: `svc-${services - 1}` })
        .first()
        .waitFor({ timeout: 60_000 }),
    );
    return { open, slowestKey, found, longestScrollTask, graph, palette };
  } finally {
    await browser.close();
  }
}
