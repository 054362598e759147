/** The part of the WebAssembly API that Textmill uses: TypeScript has it among a browser's types only. */
declare namespace WebAssembly {
  class Memory {
    readonly buffer: ArrayBuffer;
  }
  type Imports = object;
  interface Instance {
    readonly exports: Record<string, unknown>;
  }
  function instantiate(bytes: Uint8Array, imports: Imports): Promise<{ instance: Instance }>;
}

/** The part of tesseract.js-core (Emscripten bindings without types of their own) that Textmill uses. */
declare module "tesseract.js-core/tesseract-core-simd-lstm.js" {
  export interface Pix {
    get_w(): number;
    get_h(): number;
    get_d(): number;
    /** 32-bit words a row. */
    get_wpl(): number;
    get_xres(): number;
    /** Address in the module's memory. */
    get_data(): number;
    get_colormap(): PixColormap;
  }

  export interface PixColormap {
    get_n(): number;
    get_array(): number;
  }

  export interface TessBaseApi {
    InitForAnalysePage(): void;
    /** 0 when `/input` could be read. */
    SetImageFile(exifOrientation: number, angle: number): number;
    GetInputImage(): Pix;
    /** What was recognised; C's null when nothing was. */
    GetIterator(): ResultIterator;
    GetUTF8Text(): string;
    Clear(): void;
  }

  /** Levels are those of Tesseract's PageIteratorLevel. */
  export interface ResultIterator {
    Begin(): void;
    /** `false` at the end. */
    Next(level: number): boolean;
    IsAtBeginningOf(level: number): boolean;
    getBoundingBox(level: number): { x0: number; y0: number; x1: number; y1: number };
    /** 0 to 100. */
    Confidence(level: number): number;
  }

  export interface Core {
    FS: { writeFile(path: string, bytes: Uint8Array): void; unlink(path: string): void };
    TessBaseAPI: { new (): TessBaseApi; prototype: TessBaseApi };
    /** 0 is C's null. */
    getPointer(object: unknown): number;
    destroy(object: unknown): void;
    /** Address of a C string that the caller has to free, or 0. */
    _emscripten_bind_ResultIterator_GetUTF8Text_1(iterator: number, level: number): number;
    _free(address: number): void;
  }

  export interface CoreOptions {
    wasmBinary?: Uint8Array;
    instantiateWasm?(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void): object;
    print?(line: string): void;
    printErr?(line: string): void;
  }

  const load: (options: CoreOptions) => Promise<Core>;
  export default load;
}

declare module "tesseract.js/src/worker-script/index.js" {
  interface Adapter {
    getCore(): Promise<unknown>;
    readCache(path: string): Promise<Uint8Array>;
    gunzip(bytes: Uint8Array): Uint8Array;
  }
  const script: {
    dispatchHandlers(packet: unknown, send: (answer: unknown) => void): void;
    setAdapter(adapter: Adapter): void;
  };
  export default script;
}
