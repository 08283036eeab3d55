/** One thing wrong with the configuration: where, what was found, what is expected. */
export interface ConfigFault {
  /** `metrics.main.url`, or the name of an environment variable. */
  path: string;
  found: string;
  expected: string;
}

/** Stops the start. Its message names every fault, and no secret's value. */
export class ConfigError extends Error {
  readonly faults: ConfigFault[];

  constructor(source: string, faults: ConfigFault[], options?: ErrorOptions) {
    const lines = faults.map(
      (fault) => `  ${fault.path || '(top)'}: found ${fault.found}; expected ${fault.expected}`,
    );
    super(`The configuration is wrong (${source}):\n${lines.join('\n')}`, options);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}
