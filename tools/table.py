#!/usr/bin/env python3
"""Trains every recipe on MNIST, measures it, and writes the table in models/README.md.

usage: tools/table.py FOLDER_OF_MNIST [OUT [--done]]

What is in OUT already is not repeated, and --done shows that alone. All of it takes some two hours on one core.
"""
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
DYNAMIC = '--binarize dynamic --hidden 200,200 --activation tanh --batch-size 100 --schedule cosine'
RECIPES = {
    'ae': '--network conv --latent 20 --noise gaussian:0.3 --density mixture:20 --batch-size 100'
          ' --epochs 8 --schedule cosine',
    'vae': DYNAMIC + ' --latent 50 --epochs 50',
    'vae, importance-weighted': DYNAMIC + ' --latent 50 --samples 5 --epochs 50',
    'vae, two codes': DYNAMIC + ' --latent 100,50 --epochs 50',
    'vae, mixture prior': DYNAMIC + ' --latent 50 --prior mixture:100 --epochs 50',
    'vae, VampPrior': DYNAMIC + ' --latent 50 --prior vamp:200 --epochs 50',
    'vae, planar flow': DYNAMIC + ' --latent 50 --flow planar:8 --epochs 50',
    'vae, told labels': DYNAMIC + ' --latent 50 --condition labels --epochs 50',
    'vae, convolutions': '--network conv --binarize dynamic --latent 32 --schedule cosine --epochs 25',
    'vae, gray pixels': '--likelihood beta-binomial --hidden 200 --latent 50 --schedule cosine'
                        ' --batch-size 100 --epochs 60',
    'wae': '--network conv --epochs 20 --batch-size 100 --schedule cosine',
    'vq': '--likelihood beta-binomial --epochs 10 --schedule cosine',
    'semi-supervised': '--binarize dynamic --epochs 10 --schedule cosine',
}
COLUMNS = ['recipe', 'seconds, threads', 'bound of 500 draws', 'bits/dim', 'active units', 'kNN', 'Fréchet distance',
           'samples']


def run(*command):
    subprocess.run([str(part) for part in command], check=True)


def number(value, form):
    return '–' if value is None else format(value, form)


def folder_of(name, out):
    return out / name.replace(', ', '-').replace(' ', '-')


def row(name, options, data, out):
    model, folder = name.split(',')[0], folder_of(name, out)
    if not (folder / 'config.json').exists() or not json.load(open(folder / 'config.json'))['finished']:
        run(HERE / 'tools/train', model, '--data', data, *options.split(), '--out', folder)
    if not (folder / 'evaluation.json').exists():
        run(HERE / 'tools/evaluate', folder)
    strip = pathlib.Path('pictures') / (folder.name + '.png')
    (HERE / 'models' / strip).parent.mkdir(exist_ok=True)
    run(HERE / 'tools/sample', folder, '--count', 10, '--columns', 10, '--out', HERE / 'models' / strip)
    config = json.load(open(folder / 'config.json'))
    seconds = sum(json.loads(line)['seconds'] for line in open(folder / 'metrics.jsonl'))
    found = json.load(open(folder / 'evaluation.json'))
    bound = '–'
    if found['bound'] is not None:
        bound = f"{found['bound']:.2f} ± {found['bound_standard_error']:.2f}"
    for known in found['references'].get('bound', []):
        if known['name'] == 'labels not known':
            bound = f"{known['value']:.2f}; told labels {bound}"
    return [f'{name}: `{options}`', f"{seconds:.0f}, {config['threads']}", bound,
            number(found['bits_per_dimension'], '.4f'), number(found['active_units'], 'd'),
            number(found['knn_accuracy'], '.4f'), number(found['frechet_pca50'], '.2f'),
            f'![samples of {name}]({strip})']


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    data, out = sys.argv[1], pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else 'runs/table')
    recipes = {name: options for name, options in RECIPES.items()
               if '--done' not in sys.argv or (folder_of(name, out) / 'evaluation.json').exists()}
    out.mkdir(parents=True, exist_ok=True)
    rows = [COLUMNS, ['---'] * len(COLUMNS)]
    rows += [row(name, options, data, out) for name, options in recipes.items()]
    table = '\n'.join('| ' + ' | '.join(cells) + ' |' for cells in rows)
    chapter = HERE / 'models/README.md'
    before, rest = chapter.read_text().split('<!-- tools/table.py -->\n', 1)
    after = rest.split('<!-- end -->', 1)[1]
    chapter.write_text(f'{before}<!-- tools/table.py -->\n{table}\n<!-- end -->{after}')


if __name__ == '__main__':
    main()
