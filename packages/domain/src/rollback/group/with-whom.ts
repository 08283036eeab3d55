import type { MemberReason } from './cascade.ts';

/** ", with checkout (it needs catalog-api >=3, and v41 provides 2)": who goes back besides the one that it is asked for. */
export function withWhom(
  members: readonly { service: { name: string }; reason: MemberReason; why: string }[],
): string {
  const others = othersInWords(members);
  return others === '' ? '' : `, with ${others}`;
}

/** The same without the first words. */
export function othersInWords(members: Parameters<typeof withWhom>[0]): string {
  const others = members.filter(({ reason }) => reason !== 'asked');
  return others.map(({ service, why }) => `${service.name} (it ${why})`).join(', ');
}
