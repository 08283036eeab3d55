import type { Message } from '@lastgood/domain/notification/message';

/** "cart · production · shop" */
export function whereOf({ service, environment, team }: Message): string {
  return [service, environment, team].filter((part) => part !== null && part !== '').join(' · ');
}
