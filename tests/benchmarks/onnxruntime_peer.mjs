// SPDX-License-Identifier: GPL-3.0-or-later
// The peer of bench_predict: onnxruntime's forward pass of the same networks, warm, one image at a time.
//   npm install --ignore-scripts onnxruntime-node      (outside this folder, e.g. in $PEER)
//   NODE_PATH=$PEER/node_modules node onnxruntime_peer.mjs RUNS THREADS FILE.onnx...
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.env.NODE_PATH ?? '.', 'x'));
const ort = require('onnxruntime-node');
const [runs, threads, ...files] = process.argv.slice(2);

for (const file of files) {
    const session = await ort.InferenceSession.create(file, {
        intraOpNumThreads: Number(threads), interOpNumThreads: 1, graphOptimizationLevel: 'all' });
    const shape = session.inputMetadata[0].shape;
    const values = new Float32Array(shape.reduce((a, b) => a * b)).map((_, i) => ((i * 7919) % 1000) / 250 - 2);
    const images = new ort.Tensor('float32', values, shape);
    const times = [];
    let processor = 0;
    for (let i = 0; i < 10 + Number(runs); ++i) {
        const start = performance.now(), before = process.cpuUsage();
        await session.run({ images });
        if (i < 10) continue;
        times.push(performance.now() - start);
        const spent = process.cpuUsage(before);
        processor += (spent.user + spent.system) / 1000;
    }
    times.sort((a, b) => a - b);
    console.log(`onnxruntime ${ort.env.versions?.common ?? ''} fp32 ${file.split('/').pop()} ${shape.join('x')}: `
        + `${times[times.length >> 1].toFixed(2)} ms (processor time ${(processor / times.length).toFixed(2)})`);
}
