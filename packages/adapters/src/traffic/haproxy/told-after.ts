import type { ProcessState } from './read-processes.ts';
import { inWords } from './weights.ts';

/**
 * What the weights do not say, for the timeline: what a reload would undo, what is in maintenance now, and who is still at a
 * server that was emptied.
 */
export function toldAfter(backend: string, processes: readonly ProcessState[]): string {
  const servers = processes.flatMap((one) => one.servers);
  const names = (found: typeof servers) => [...new Set(found.map(({ name }) => name))].join(', ');
  const said = [`taken: ${inWords(Object.fromEntries(servers.map(({ name, weight }) => [name, weight])))}`];
  const fleeting = servers.some(({ weight, configuredWeight }) => weight !== configuredWeight);
  if (fleeting) {
    const configured = Object.fromEntries(
      servers.map(({ name, configuredWeight }) => [name, configuredWeight]),
    );
    said.push(
      `a reload of HAProxy returns backend ${backend} to its file, ${inWords(configured)}, unless its server state is kept`,
    );
  }
  const aside = servers.filter(({ inMaintenance }) => inMaintenance);
  if (aside.length > 0) said.push(`${names(aside)} in maintenance until somebody sets it ready`);
  const sticky = servers.filter((one) => one.weight === 0 && one.hasCookie && !one.inMaintenance);
  if (sticky.length > 0) said.push(`clients with the cookie of ${names(sticky)} stay there`);
  const left = servers.filter(({ weight, sessions }) => weight === 0 && sessions > 0);
  const open = left.reduce((sum, { sessions }) => sum + sessions, 0);
  if (open > 0) said.push(`${open} sessions are still open at ${names(left)}`);
  return said.join('; ');
}
