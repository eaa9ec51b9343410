"""The README's pictures and its two-minute tour, from what the browser tests kept: `make shots`, `make tour`.

    python -m tests.desk.tour tour FOLDER DOCS  DOCS/tour.webp from the pictures in FOLDER
    python -m tests.desk.tour make FOLDER DOCS  the same, and the README's pictures in DOCS/screenshots anew

A scene is a picture that a journey takes (`desk.picture(shots, NAME)`), with a caption in both languages. Nothing is
drawn that a test has not seen: a picture that is missing stops the tour and says which test takes it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from tests.desk.scenes import SCENES, Scene

WIDTH, HEIGHT, CAPTION = 960, 600, 76
SCREEN, MARGIN = (1440, 900), 12
SECONDS = 4.2
INK, PAPER, FRAME, SHADE = "#ffffff", "#f4f5f6", "#d1d8dd", "#1f272e"
# of fonts-noto-cjk; its first face is the Japanese one, the simplified Chinese is the third
FONT, FACE = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2
# Colours of a README's picture: a desk has few, and a palette of them is a third of the bytes.
COLOURS = 128


def frame(scene: Scene, number: int, folder: Path) -> Image.Image:
	"""The picture above both captions: a screen from edge to edge, a phone or a sheet on paper."""
	with Image.open(folder / f"{scene.picture}.png") as kept:
		shot = kept.convert("RGB")
	page = Image.new("RGB", (WIDTH, HEIGHT + CAPTION), PAPER)
	room = (WIDTH, HEIGHT) if shot.size == SCREEN else (WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN)
	shot = ImageOps.contain(shot, room, Image.LANCZOS)
	place = ((WIDTH - shot.width) // 2, (HEIGHT - shot.height) // 2)
	page.paste(shot, place)
	draw = ImageDraw.Draw(page)
	draw.rectangle((*place, place[0] + shot.width - 1, place[1] + shot.height - 1), outline=FRAME)
	draw.rectangle((0, HEIGHT, WIDTH, HEIGHT + CAPTION), fill=SHADE)
	draw.text((24, HEIGHT + 8), scene.chinese, font=_font(24), fill=INK)
	draw.text((24, HEIGHT + 44), scene.english, font=_font(17), fill=FRAME)
	progress = WIDTH * number // len(SCENES)
	draw.rectangle((0, HEIGHT + CAPTION - 4, progress, HEIGHT + CAPTION), fill="#2490ef")
	return page


def _font(size: int) -> ImageFont.FreeTypeFont:
	return ImageFont.truetype(FONT, size, index=FACE)


def make_tour(folder: Path, to: Path) -> None:
	missing = [scene for scene in SCENES if not (folder / f"{scene.picture}.png").exists()]
	if missing:
		raise SystemExit(
			"\n".join(f"{row.picture}.png is missing: tests/desk/{row.test}.py takes it" for row in missing)
		)
	first, *others = (frame(scene, number, folder) for number, scene in enumerate(SCENES, 1))
	# beside its place first: encoding takes its time, and half a picture may be committed or served meanwhile
	unfinished = to.with_suffix(".part")
	first.save(
		unfinished,
		format="WEBP",
		save_all=True,
		append_images=others,
		duration=round(SECONDS * 1000),
		loop=0,
		quality=72,
		method=6,
		kmax=1,  # every frame whole: what is left of the one before would show through
	)
	unfinished.replace(to)
	print(f"{to}: {len(SCENES)} scenes, {len(SCENES) * SECONDS:.0f} s, {to.stat().st_size // 1024} KiB")


def refresh(folder: Path, chosen: Path) -> None:
	"""The README's pictures anew: those that stand in `chosen` already, and no others."""
	for picture in sorted(chosen.glob("*.png")):
		taken = folder / picture.name
		if taken.exists():
			with Image.open(taken) as shot:
				shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)


def main(command: str, *arguments: str) -> None:
	folder, docs = map(Path, arguments)
	if command == "make":
		refresh(folder, docs / "screenshots")
	make_tour(folder, docs / "tour.webp")


if __name__ == "__main__":
	main(*sys.argv[1:])
