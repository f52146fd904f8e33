"""One seed gives one training, however many threads torch has: what adds up gradients of words does so in one order."""
import pytest
import torch

from gaitsynth_nb.g2l import GaitLanguage
from gaitsynth_nb.llm import make_gpt2, sentence_loss
from gaitsynth_nb.skeleton import CLASSES
from gaitsynth_nb.tokeniser import GaitCodec


@pytest.fixture(autouse=True)
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def different(gradient):
    return len({gradient().numpy().tobytes() for _ in range(20)})


def test_the_codec_learns_its_words_in_one_order():
    torch.manual_seed(0)
    codec, told = GaitCodec(), torch.randn(512, 15, 128)
    words, nothing, posture = torch.randint(5, (512, codec.settings["descriptors"])), torch.zeros(512, 15, 128), torch.zeros(512, 25, 3)
    assert different(lambda: torch.autograd.grad((codec.fuse(nothing, posture, words=words) * told).sum(), codec.word_embedding)[0]) == 1


def test_the_language_model_learns_its_words_in_one_order():
    generator = torch.Generator().manual_seed(0)
    language = GaitLanguage(CLASSES)
    model, (first, count) = make_gpt2(language), torch.tensor(language.slots).T
    sentences = first + (torch.rand((16, len(first)), generator=generator) * count).long()
    prompts = torch.full((16, 14), language.index["gait:any"])
    weight = model.get_output_embeddings().weight
    assert different(lambda: torch.autograd.grad(sentence_loss(model, language, prompts, sentences, sentences).mean(), weight)[0]) == 1
