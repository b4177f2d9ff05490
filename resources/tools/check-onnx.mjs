#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// Compares ONNX Runtime with what Residua computed:  node check-onnx.mjs NAME.onnx
// NAME.reference.safetensors lies beside it (residua export --images); the result becomes NAME.check.json.
// Needs npm's onnxruntime-node where Node finds it, or in NODE_PATH.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.env.NODE_PATH ?? process.cwd(), 'x'));
const ort = require('onnxruntime-node');
const model = process.argv[2];
const stem = model.replace(/\.onnx$/, '');
const tolerance = 1e-4;

function readSafetensors(path) {
    const bytes = readFileSync(path);
    const length = Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
    delete header.__metadata__;
    return Object.fromEntries(Object.entries(header).map(([name, { shape, data_offsets: [begin, end] }]) => {
        const data = bytes.subarray(8 + length + begin, 8 + length + end);
        return [name, { shape, values: new Float32Array(Uint8Array.from(data).buffer) }];
    }));
}

const reference = readSafetensors(`${stem}.reference.safetensors`);
const session = await ort.InferenceSession.create(model);
const [count, ...sides] = reference.images.shape;
const size = sides.reduce((a, b) => a * b, 1);
const largest = { scores: 0, logits: 0, maps: 0 };
for (let i = 0; i < count; ++i) {
    const images = new ort.Tensor('float32', reference.images.values.slice(i * size, (i + 1) * size), [1, ...sides]);
    const inputs = { images };
    if (session.inputNames.includes('cells')) {
        const [, ...cells] = reference.cells.shape;
        const many = cells.reduce((a, b) => a * b, 1);
        inputs.cells = new ort.Tensor('float32', reference.cells.values.slice(i * many, (i + 1) * many), [1, ...cells]);
    }
    const outputs = await session.run(inputs);
    for (const name of Object.keys(largest)) {
        const got = outputs[name].data, expected = reference[name].values;
        got.forEach((value, k) => {
            const difference = Math.abs(value - expected[i * got.length + k]);
            if (!(difference <= largest[name])) largest[name] = difference;  // NaN counts as a difference
        });
    }
}
const agree = Object.values(largest).every((difference) => difference <= tolerance);
const result = { schema: 'residua.onnx-check/1', images: count, tolerance, largest_difference: largest, agree,
    onnxruntime: require('onnxruntime-node/package.json').version };
writeFileSync(`${stem}.check.json`, JSON.stringify(result, null, 2) + '\n');
console.log(`${count} images, largest difference: scores ${largest.scores.toExponential(1)}, `
    + `logits ${largest.logits.toExponential(1)}, maps ${largest.maps.toExponential(1)}: ${agree ? 'agree' : 'DIFFER'}`);
process.exit(agree ? 0 : 1);
