import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { collectComplaints, openBrowser } from './browser.ts';
import { type Lastgood, startLastgood } from './lastgood.ts';

/*
 * What a file of tests has to itself, since each loads this module anew: a Lastgood on the sandbox, a browser, and a page in it with
 * all that the page complained about. They are there once the file's tests begin.
 */

export let lastgood: Lastgood;
export let browser: Browser;
export let page: Page;
export let complaints: string[];

/** Opens them before the tests of the file, and closes them after. */
export function openOwnLastgood({ height = 900, environment = {} } = {}): void {
  beforeAll(async () => {
    [lastgood, browser] = await Promise.all([startLastgood(environment), openBrowser()]);
    page = await browser.newPage({ viewport: { width: 1280, height } });
    complaints = collectComplaints(page);
  });
  afterAll(async () => {
    await browser?.close();
    await lastgood?.stop();
  });
}
