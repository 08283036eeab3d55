import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { inFewerColours } from './fewer-colours.ts';

const root = join(import.meta.dirname, '../..');
const asked = process.env.LASTGOOD_PICTURES;

/** `npm run pictures` takes those of docs. */
const folders: Record<string, string> = {
  docs: join(root, 'docs/images/messages'),
  all: join(root, 'test-results/screenshots/messages'),
};
const folder = folders[asked ?? ''] ?? null;
export const takesPictures = folder !== null;

interface Taking {
  /** What is drawn; none where the page shows it already. */
  html?: string;
  /** In pixels. */
  width?: number;
  scheme?: 'light' | 'dark';
  /** One of docs/messages.md; others are taken for people who look for faults. */
  docs?: boolean;
}

/** The page as tall as it is. */
export async function takePicture(
  page: Page,
  name: string,
  { html, width = 680, scheme = 'light', docs = false }: Taking = {},
): Promise<void> {
  if (folder === null || (asked === 'docs' && !docs)) return;
  await mkdir(folder, { recursive: true });
  await page.setViewportSize({ width, height: 200 });
  await page.emulateMedia({ colorScheme: scheme });
  if (html !== undefined) await page.setContent(html);
  await writeFile(join(folder, `${name}.png`), inFewerColours(await page.screenshot({ fullPage: true })));
}
