import type { Acknowledgement } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import type { Acknowledgement as AcknowledgementRow } from '../generated/client.ts';
import { ms } from './instants.ts';

export function toAcknowledgement(row: AcknowledgementRow): Acknowledgement {
  const { by, note, at, until, breaches, takenBackBy } = row;
  return {
    by,
    note,
    at: ms(at),
    until: ms(until),
    breaches: fromJson(breaches),
    ...(takenBackBy !== null && { takenBackBy }),
  };
}
