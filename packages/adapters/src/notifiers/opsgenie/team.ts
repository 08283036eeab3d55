import type { NotifierFault } from '@lastgood/domain/ports/notifier';
import Type from 'typebox';
import { fitting } from '../../http/fitting.ts';
import type { ReceiverClient } from '../receiver-client.ts';

/** Every answer of Opsgenie itself has these; that of another service, which knows no teams, has not. */
const Answered = Type.Object({ message: Type.String(), requestId: Type.String() });

/**
 * Whether a team is there: of one that is not, an alert is opened all the same and nobody is called. Null where it is, and where the key may not
 * ask (403), as where its integration is kept from configurations. https://docs.opsgenie.com/docs/team-api#get-team
 */
export async function teamFault(
  client: ReceiverClient,
  team: string,
  signal: AbortSignal,
): Promise<NotifierFault | null> {
  const path = `/v2/teams/${encodeURIComponent(team)}?identifierType=name`;
  const answer = await client.ask({ method: 'GET', path }, signal);
  const isNone =
    answer.kind === 'answered' && answer.status === 404 && fitting(Answered, answer.json) !== null;
  if (!isNone) return null;
  return {
    setting: null,
    reason: `Opsgenie has no team “${team}”: its alerts would call nobody.`,
    advice: 'Write the name of a team as Opsgenie shows it.',
  };
}
