/** What a process of a sample service does instead of behaving as its tag says. One for each process, from its start to its end. */
export interface RequestProgram {
  /** Its answer to a request; one that throws is answered with 500 and its message. */
  answer(request: ProgramRequest): Promise<ProgramAnswer>;
  /** Whether it may take traffic. */
  isReady(): Promise<boolean>;
  /** Gives back what it holds, when the process ends. */
  close(): Promise<void>;
}

export interface ProgramRequest {
  method: 'GET' | 'POST';
  /** `/search?q=shoes` */
  path: string;
}

export interface ProgramAnswer {
  status: number;
  body: Record<string, string>;
}
