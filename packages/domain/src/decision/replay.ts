import { advanceTrigger } from '../trigger/advance-trigger.ts';
import type { JudgedReading } from '../trigger/judged-reading.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { triggerKind } from '../trigger/kinds/index.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import { evidenceOf, wantedBy, worstFiring } from './decide.ts';
import type { DecisionVerdict, TriggerEvidence } from './decision.ts';

/** A slot of one deployment, judged again. */
export interface ReplayedSlot {
  slot: number;
  /** The triggers that were due in the slot, by name. */
  judged: JudgedTrigger[];
  evidence: TriggerEvidence[];
  /** What the worst firing trigger asks for; what vetoes and brakes make of it stands in the decision's restraints. */
  wanted: DecisionVerdict;
  trigger: string | null;
}

/**
 * Judges the readings of one deployment again, from what was stored with them alone: each by the definition of its own
 * slot, and where its parts were kept from these. The phases and holds stored beside them are not looked at, so that they can be
 * compared.
 */
export function replay(readings: readonly JudgedReading[]): ReplayedSlot[] {
  const states = new Map<string, Replayed>();
  const slots = Map.groupBy(readings, ({ slot }) => slot);
  return [...slots]
    .sort(([a], [b]) => a - b)
    .map(([slot, rows]) => {
      const judged = rows
        .toSorted((a, b) => (a.trigger < b.trigger ? -1 : 1))
        .map((row) => advanceAgain(row, states));
      const worst = worstFiring(judged);
      return {
        slot,
        judged,
        evidence: judged.map(evidenceOf),
        wanted: wantedBy(worst),
        trigger: worst?.trigger.name ?? null,
      };
    });
}

/** How a trigger stands after a reading, and whether that was of a rollback just done; see `isSettling`. */
interface Replayed {
  state: TriggerState;
  settling: boolean;
}

function advanceAgain(row: JudgedReading, states: Map<string, Replayed>): JudgedTrigger {
  const { trigger, rules } = row.definition;
  const last = states.get(row.trigger);
  // A rollback that was done after it had stopped half-way is judged anew; see `isJudgedAsIs`.
  const before = last && last.settling >= row.settling ? last.state : null;
  const reading = row.parts ? triggerKind(trigger).judge(trigger, row.parts) : row.reading;
  const { state } = advanceTrigger({ ...row, reading, trigger, rules, before });
  states.set(row.trigger, { state, settling: row.settling });
  return { trigger, state };
}
