import type { HttpProbe, RecordingSource } from '@lastgood/domain';
import type { Clock, EffectPorts } from '@lastgood/engine';
import type { Store } from '@lastgood/store';
import type { Places } from '../backtest/places.ts';
import type { ConfiguredFamilies } from '../config/config.ts';
import type { Receivers } from '../outside/receivers.ts';
import type { SourceBoard } from '../outside/source-board.ts';
import type { SandboxWorld } from '../sandbox/sandbox-world.ts';
import type { Judging } from './standing/judging.ts';

/** Everything the API's endpoints answer from. */
export interface EndpointDependencies {
  store: Pick<
    Store,
    | 'acknowledgements'
    | 'marks'
    | 'deployments'
    | 'views'
    | 'services'
    | 'triggerSets'
    | 'drills'
    | 'holds'
    | 'commands'
    | 'toldNames'
    | 'alerts'
  >;
  /** The very object that runs act through: a preview can promise no more and no less than a run can do. */
  ports: EffectPorts;
  metrics: RecordingSource;
  /** Tells which addresses checks may ask. */
  probe: Pick<HttpProbe, 'refusal'>;
  clock: Clock;
  /** How far this machine's clock is ahead of the database's, in milliseconds; nothing is said of it where it is absent. */
  machineAheadMs?: () => number;
  newId: () => string;
  /** What the configuration has of every family. */
  configured: ConfiguredFamilies;
  sources: SourceBoard;
  receivers: Receivers;
  sandbox: SandboxWorld | null;
  /** Of triggers on the past, which ask much. */
  backtests: Places;
  settings: {
    version: string;
    replica: string;
    /** By what deployments are judged, and how often. */
    judging: Judging;
    /** Readings and asks are kept so long. */
    retentionDays: number;
    /** How long one request may look at the cluster. */
    clusterDeadlineMs: number;
  };
}
