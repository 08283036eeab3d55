/** Where others tell of alerts that they evaluate. A token that is for signals is good for nothing else. */
export const signalAddress = '/api/v1/signals/:source';
