import { plainLine, plainLines } from '@lastgood/domain/notification/plain-text';
import { truncate } from '@lastgood/domain/truncate';

/**
 * A text in one line, by the rule of `plain-text.ts`, and not longer than a receiver takes, whatever it counts.
 */
export function fittingText(text: string, most: number): string {
  return truncate(plainLine(text), most);
}

/** The same with its line breaks kept. */
export function fittingLines(text: string, most: number): string {
  return truncate(plainLines(text), most);
}

/**
 * All of a message in a line. Where it is too long its title gives way, to a half, to what else has to be known; then its end does.
 */
export function briefly([title = '', ...others]: readonly string[], most: number): string {
  const rest = others.map((part) => ` · ${plainLine(part)}`).join('');
  const room = Math.max(most - rest.length, Math.ceil(most / 2));
  return truncate(truncate(plainLine(title), room) + rest, most);
}
