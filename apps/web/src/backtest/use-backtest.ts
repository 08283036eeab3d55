import {
  type BacktestDeployment,
  type BacktestInput,
  type BacktestProgress,
  type BacktestResult,
  backtest,
} from '@lastgood/api-client';
import { useEffect, useRef, useState } from 'react';

export interface BacktestState {
  status: 'idle' | 'running' | 'done' | 'failed' | 'cancelled';
  progress: Pick<BacktestProgress, 'done' | 'of' | 'words'> | null;
  /** As they come: those of the time that is over once it is done. */
  deployments: readonly BacktestDeployment[];
  result: BacktestResult | null;
  error: unknown;
}

const idle: BacktestState = { status: 'idle', progress: null, deployments: [], result: null, error: null };

/** One backtest at a time; another one, a press of Cancel and leaving the page call it off, at the server too. */
export function useBacktest() {
  const [state, setState] = useState(idle);
  const under = useRef<AbortController | null>(null);
  useEffect(() => () => under.current?.abort(), []);

  const run = async (input: BacktestInput) => {
    under.current?.abort();
    const own = new AbortController();
    under.current = own;
    // What a backtest that was called off still says is nobody's.
    const set = (next: (before: BacktestState) => BacktestState) => {
      if (under.current === own && !own.signal.aborted) setState(next);
    };
    setState({ ...idle, status: 'running' });
    const onLine = (line: BacktestProgress | BacktestDeployment) =>
      set((before) =>
        line.type === 'progress'
          ? { ...before, progress: line }
          : { ...before, deployments: [...before.deployments, line] },
      );
    try {
      const result = await backtest(input, { signal: own.signal, onLine });
      set((before) => ({ ...before, status: 'done', result }));
    } catch (error) {
      set((before) => ({ ...before, status: 'failed', error }));
    }
  };
  const cancel = () => {
    under.current?.abort();
    setState((before) => (before.status === 'running' ? { ...before, status: 'cancelled' } : before));
  };
  return { state, run, cancel };
}
