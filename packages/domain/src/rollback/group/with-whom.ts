import type { MemberReason } from './cascade.ts';

/** ", with checkout (it needs catalog-api >=3, and v41 provides 2)": who goes back besides the one that it is asked for. */
export function withWhom(
  members: readonly { service: { name: string }; reason: MemberReason; why: string }[],
): string {
  const others = members.filter(({ reason }) => reason !== 'asked');
  if (others.length === 0) return '';
  return `, with ${others.map(({ service, why }) => `${service.name} (it ${why})`).join(', ')}`;
}
