/** One line a step on the terminal: what is done and for how long, kept up to date where a person looks on. */
export class ProgressLine {
  readonly #name: string;
  readonly #stream: NodeJS.WriteStream;
  readonly #began = performance.now();
  readonly #timer: NodeJS.Timeout | undefined;
  #note = '';

  constructor(name: string, stream: NodeJS.WriteStream = process.stdout) {
    this.#name = name.padEnd(22);
    this.#stream = stream;
    if (stream.isTTY) this.#timer = setInterval(() => this.#draw(), 1000);
    this.#draw();
  }

  note(text: string): void {
    this.#note = text;
    if (this.#stream.isTTY) this.#draw();
    else this.#stream.write(`  ${this.#name} … ${text}\n`);
  }

  /** The last word of this line: `done`, `failed`. */
  end(word: string, detail = ''): void {
    clearInterval(this.#timer);
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K');
    this.#stream.write(`  ${this.#name} ${word} ${this.#seconds(1)} s${detail === '' ? '' : ` (${detail})`}\n`);
  }

  #draw(): void {
    if (!this.#stream.isTTY) {
      this.#stream.write(`  ${this.#name} …\n`);
      return;
    }
    const text = `  ${this.#name} … ${this.#seconds(0)} s  ${this.#note}`;
    this.#stream.write(`\r\x1b[K${text.slice(0, this.#stream.columns - 1)}`);
  }

  #seconds(digits: number): string {
    return ((performance.now() - this.#began) / 1000).toFixed(digits);
  }
}
