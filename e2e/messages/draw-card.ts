import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { drawnPage } from './drawn-page.ts';

/*
 * Adaptive cards by Microsoft's own renderer, with the Markdown that its documentation names, in colours near those of Teams
 * (https://learn.microsoft.com/en-us/adaptive-cards/rendering-cards/host-config). Teams has a renderer of its own, which takes a little less of Markdown.
 */
const require = createRequire(import.meta.url);
const scripts = [
  require.resolve('adaptivecards/dist/adaptivecards.min.js'),
  require.resolve('markdown-it/dist/markdown-it.min.js'),
].map((path) => readFileSync(path, 'utf8'));

export interface RenderedCard {
  /** What the renderer finds wrong with the card. */
  faults: string[];
  /** What is wider than there is room for it, where more than that is not shown. */
  cut: string[];
  /** The text that is shown. */
  text: string;
}

/** Draws cards one below the other on the page. */
export async function drawCards(
  page: Page,
  cards: readonly object[],
  { scheme = 'light', width = 680 }: { scheme?: 'light' | 'dark'; width?: number } = {},
): Promise<RenderedCard> {
  const look = looks[scheme];
  // What breaks a long word is the renderer's own.
  const style = `body{overflow-wrap:normal}#drawn{background:${look.around}}.card{background:${look.card};border-radius:6px;box-shadow:0 1px 3px #0004;overflow:hidden;margin-bottom:16px}.card:last-child{margin:0}.card p{margin:0}.ac-pushButton{border:1px solid ${look.line};border-radius:4px;background:${look.card};color:${look.text};padding:5px 16px;font:600 14px Arial}`;
  await page.setContent(drawnPage('Microsoft Teams', '', { style, width }));
  // Evaluated, not added: the page's own policy lets no script in.
  for (const script of scripts) await page.evaluate(`{${script}\n}`);
  return page.evaluate<RenderedCard>(`(${render})(${JSON.stringify([cards, hostOf(look)])})`);
}

const render = `([cards, host]) => {
  const { AdaptiveCard, HostConfig, SerializationContext } = AdaptiveCards;
  const markdown = markdownit();
  AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown.render(text);
    result.didProcess = true;
  };
  const faults = [];
  for (const json of cards) {
    const card = new AdaptiveCard();
    card.hostConfig = new HostConfig(host);
    const context = new SerializationContext();
    card.parse(json, context);
    for (let at = 0; at < context.eventCount; at += 1) faults.push(context.getEventAt(at).message);
    for (const { failures } of card.validateProperties().failures ?? []) faults.push(...failures.map(({ message }) => message));
    const place = document.createElement('div');
    place.className = 'card';
    document.getElementById('drawn').append(place);
    place.append(card.render());
  }
  const drawn = document.getElementById('drawn');
  const cut = [...drawn.querySelectorAll('*')]
    .filter((one) => one.getBoundingClientRect().right > drawn.getBoundingClientRect().right + 1)
    .map((one) => one.textContent.slice(0, 60));
  return { faults, cut, text: drawn.textContent };
}`;

interface Look {
  around: string;
  card: string;
  text: string;
  quiet: string;
  line: string;
  /** Behind containers of each style. */
  behind: Record<'emphasis' | 'good' | 'warning' | 'attention', string>;
}

const looks: Record<'light' | 'dark', Look> = {
  light: {
    ...{ around: '#f5f5f5', card: '#ffffff', text: '#242424', quiet: '#616161', line: '#d1d1d1' },
    behind: { emphasis: '#f0f0f0', good: '#e7f2da', warning: '#fbf6d9', attention: '#fcf4f6' },
  },
  dark: {
    ...{ around: '#1f1f1f', card: '#292929', text: '#ffffff', quiet: '#adadad', line: '#666666' },
    behind: { emphasis: '#333333', good: '#0d2e0d', warning: '#463100', attention: '#3e1f25' },
  },
};

function hostOf({ text, quiet, line, behind }: Look) {
  const foregroundColors = { default: { default: text, subtle: quiet } };
  const styles = Object.entries(behind).map(([name, backgroundColor]) => [
    name,
    { backgroundColor, foregroundColors },
  ]);
  return {
    fontFamily: '"Segoe UI", -apple-system, Arial, sans-serif',
    fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
    fontWeights: { lighter: 300, default: 400, bolder: 600 },
    spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
    separator: { lineThickness: 1, lineColor: line },
    supportsInteractivity: true,
    containerStyles: {
      default: { backgroundColor: 'transparent', foregroundColors },
      ...Object.fromEntries(styles),
    },
    factSet: { title: { weight: 'bolder', maxWidth: 150 }, spacing: 16 },
    actions: { actionsOrientation: 'horizontal', actionAlignment: 'left', buttonSpacing: 8 },
  };
}
