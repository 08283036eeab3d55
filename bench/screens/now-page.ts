import { median } from '../statistics.ts';

/** What the page Now costs the server, asked one after the other: the median in milliseconds, and the bytes of an answer. */
export async function measureNow(url: string, times = 9): Promise<{ ms: number; bytes: number }> {
  const took: number[] = [];
  let bytes = 0;
  for (let n = 0; n < times; n += 1) {
    const asked = performance.now();
    bytes = (await (await fetch(`${url}/api/v1/now`)).text()).length;
    took.push(performance.now() - asked);
  }
  return { ms: median(took), bytes };
}
