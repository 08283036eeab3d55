import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A real Chromium: one that is installed, else the one npm brings. */
export async function openBrowser() {
  const system = installed.find((path) => existsSync(path));
  const quiet = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  if (system) return chromium.launch({ executablePath: system, args: ['--no-sandbox', ...quiet] });
  const { default: bundled } = await import('@sparticuz/chromium');
  return chromium.launch({
    executablePath: await bundled.executablePath(),
    // In one process, for a world without processes, a page that is closed can take all others with it.
    args: [...bundled.args.filter((one) => one !== '--single-process'), ...quiet],
  });
}

/** Everything the page complained about; a story ends with none. */
export function collectComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // A refused connection is the server being killed on purpose; the page says so itself.
    if (message.type() === 'error' && !/ERR_CONNECTION|ERR_EMPTY|WebSocket|503/.test(message.text()))
      complaints.push(message.text());
  });
  return complaints;
}
